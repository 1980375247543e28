"""From a folder to a promise: the format of model folders, the catalogue, the Hub, files of other makes, cards."""
