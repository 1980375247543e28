"""An invisible mark in a picture's brightness: 32 bits that outlive a JPEG, another size and a cut edge, and are read with a key."""
