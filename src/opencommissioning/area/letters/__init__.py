"""What an organisation is told: packs, digests, e-mails."""
