"""Addresses of the services that may be asked, each only when somebody wants it."""

# Pwned Passwords: hashes by their first five hex digits.
RANGE_SERVICE = "https://api.pwnedpasswords.com/range/"
# 2FA Directory, API v4, and Passkeys Directory.
TWO_FACTOR_DIRECTORY = "https://api.2fa.directory/v4/all.json"
PASSKEYS_DIRECTORY = "https://passkeys-api.2fa.directory/v1/all.json"
