"""OpenCommissioning: compare, find, change, decide, prove, account, share."""
