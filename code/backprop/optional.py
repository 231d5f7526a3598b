"""What only a part of the package needs, and not everybody has installed."""

from contextlib import contextmanager


@contextmanager
def torch_for(package):
    """Around `import torch`: where PyTorch is missing, an ImportError that says who needs it and how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise  # PyTorch is there; something that it needs is not
        raise ImportError(
            f"{package} needs PyTorch, which is not installed: pip install 'torch>=2.4'", name="torch"
        ) from error
