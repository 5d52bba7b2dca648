"""Which persons that the authority file does not know are the same person under several names, over all articles."""
