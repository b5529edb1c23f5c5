"""Who does the grading: processes of this machine, or a Dask cluster; begin reading in `worker`."""
