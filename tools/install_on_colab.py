# On Colab, this cell installs the package that the others import. Elsewhere it does nothing.
try:
    import google.colab
except ImportError:
    pass
else:
    import os, subprocess, sys
    from importlib.metadata import distributions

    repository = os.environ.get("BACKPROP_REPOSITORY", "")
    if not repository:
        raise RuntimeError("Put the address of the course's repository after BACKPROP_REPOSITORY.")
    with open("colab-constraints.txt", "w") as file:  # Colab's own torch and NumPy stay
        for found in distributions():
            if found.name in ("numpy", "torch"):
                file.write(f"{found.name}=={found.version}\n")
    package = f"backprop @ git+{repository}#subdirectory=code"
    pip = [sys.executable, "-m", "pip", "install", "-q", "-c", "colab-constraints.txt"]
    subprocess.run([*pip, package], check=True)
