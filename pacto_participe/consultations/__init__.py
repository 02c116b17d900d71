"""What is asked of residents, in which stages, until when."""
