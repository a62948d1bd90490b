"""How OWL is packaged, deployed and run on one machine."""
