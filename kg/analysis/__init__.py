"""What the network of actors shows: who is central, which groups there are, who answers whom, who changed position."""
