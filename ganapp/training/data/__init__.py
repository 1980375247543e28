"""What is learned from: data sets, photographs, paintings, masks, and how pictures are spoilt for training."""
