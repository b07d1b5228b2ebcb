"""The HTTP surface: a room for each subject, over what every page is made of."""
