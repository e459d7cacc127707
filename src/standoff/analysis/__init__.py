"""What is computed of a conflict. Nothing here knows how anything is told: no words, no documents, no pictures."""
