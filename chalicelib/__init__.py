"""OWL, One Window Line: public services for any phone."""
