"""Pages. Each view asks `questions` once and renders a template."""
