"""What a sweep measured, drawn: inline SVG that needs neither script nor style."""
