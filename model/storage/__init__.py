"""What must outlive a process: outcome records, artifacts and promotions, keys, and answers already given.

Nothing is imported here on purpose: SQLAlchemy costs a worker memory, so only who opens the store pays for it.
"""
