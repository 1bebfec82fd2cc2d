"""Group-buy 拼团: its settings (`config`) and how it goes (`rules`)."""
