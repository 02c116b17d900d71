"""What people bring: proposals, and the projects they become."""
