"""The web page: what `app.py` shows. Pages are the `*_page` modules; the rest serves them."""
