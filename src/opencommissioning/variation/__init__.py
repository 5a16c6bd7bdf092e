"""Who differs, is it real, since when? One verdict per organisation and measure by one written rule."""
