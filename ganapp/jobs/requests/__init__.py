"""Requests about training jobs, one file each: the same contract as ganapp/tasks."""
