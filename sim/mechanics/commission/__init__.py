"""Commission 分销: its settings (`config`) and how it goes (`rules`)."""
