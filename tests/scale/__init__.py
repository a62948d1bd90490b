"""What sending costs a person, at a thousand people and at a hundred thousand."""
