"""A neutral message in, a reply out: USSD, SMS, delivery reports."""
