"""Acts on surveys and on what they find."""
