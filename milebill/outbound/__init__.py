"""What leaves the house: mail, documents."""
