"""How a training runs: the loop, its order, checkpoints, devices, schedules of work. It knows no loss and no net."""
