"""The web page of Shapan: `shapan app` starts it, as does `streamlit run app.py`.

Streamlit reads this file twice: as a module, once, for the server, and as `__main__` for every visit.
"""

import streamlit as st

if __name__ == "__main__":
    from sim.ui.frame import draw_app

    draw_app()
else:
    from starlette.middleware import Middleware

    from sim.ui.guard import draw_failure
    from sim.ui.known_pages import KnownPages
    from sim.ui.own_origin import OwnOrigin

    app = st.App(
        __file__, middleware=[Middleware(OwnOrigin), Middleware(KnownPages)], on_script_error=draw_failure
    )
