"""What a phone sees next: the book of screens, the fold over what was typed, and the drawing."""
