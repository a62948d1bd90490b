"""Sheets: the CSV and .xlsx files staff exchange, read row by row and written safely."""
