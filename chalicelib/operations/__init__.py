"""This package is what staff can do by a program: one list, for the API and for `owl`."""
