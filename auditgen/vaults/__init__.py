"""What runs in the short-lived process that opens vaults; only `entry.REFUSALS` and facts are for the rest."""
