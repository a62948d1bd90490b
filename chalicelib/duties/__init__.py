"""What staff do, whether by the command line or in the console: each deed once, with its log."""
