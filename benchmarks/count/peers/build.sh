#!/bin/sh
# Builds the two programs that the count is compared with, in a folder outside the repository:
#   sh benchmarks/count/peers/build.sh FOLDER
# pabutools 1.2.3 (GPL, Python) and pabumeasures 0.2.2 (MIT, C++). Neither is ever a dependency.
# pabumeasures needs OR-Tools for measures we do not call; a stub header stands in for it, and its
# rules are compiled from the published source, unchanged, with the flags of a release build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-deps pabutools==1.2.3 pulp gmpy2 numpy natsort preflibtools \
  prefsampling pybind11
venv/bin/pip download -q --no-deps --no-binary :all: pabumeasures==0.2.2
tar xzf pabumeasures-0.2.2.tar.gz
source=pabumeasures-0.2.2/src
# shellcheck disable=SC2046
g++ -O3 -DNDEBUG -std=c++20 -shared -fPIC -I"$here/solver_stub" -I"$source/cpp_src" \
  $(venv/bin/python -m pybind11 --includes) $(find "$source" -name '*.cpp') \
  -o "$source/pabumeasures/_core$(venv/bin/python -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')"
mkdir -p core
cp "$source"/pabumeasures/_core*.so core/
venv/bin/python -c "import sys; sys.path.insert(0, 'core'); import _core; print('ready:', _core.__name__)"
