"""Who knows whom: graphs generated, loaded, cut, measured and written, with chats laid over them."""
