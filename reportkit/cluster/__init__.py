"""The same build on more than one machine: dask.distributed carries Plans to workers and Bundles back."""
