"""What training at scale costs, in memory and in time, and how several processes share it."""
