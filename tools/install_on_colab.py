# On Colab, this cell installs the package that the others import. Elsewhere it does nothing.
try:
    import google.colab
except ImportError:
    pass
else:
    import importlib, os, subprocess, sys
    from importlib.metadata import version
    from importlib.util import find_spec

    address = os.environ.get("BACKPROP_REPOSITORY", "")
    if not address:
        raise RuntimeError("Put the address of the book's repository into the quotes above.")
    kept = [f"{name}=={version(name)}\n" for name in ("numpy", "torch") if find_spec(name)]
    with open("colab-constraints.txt", "w") as file:
        file.writelines(kept)  # with these, pip fails rather than replace Colab's own
    pip = [sys.executable, "-m", "pip", "install", "-c", "colab-constraints.txt"]
    package = f"git+{address}#subdirectory=code"
    run = subprocess.run([*pip, package], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"pip didn't install the package.\n{run.stdout}{run.stderr}")
    importlib.invalidate_caches()
