"""The VAT categories of EN 16931 (BT-151): what is proposed for two countries, and the reasons they need."""
