"""What a worker keeps while it runs: the champion, the store, own records, and what signs private links."""
