"""What is live: the artifact that answers, the store, own records, and private links."""
