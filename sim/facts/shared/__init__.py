"""What several facts share: graphs, and what is read from event tables."""
