#!/usr/bin/env bash
# exchange.sh: weights that PyTorch wrote (tests/reference/exchange.py) come in, compute what they did there, and go out
# as they were; .npz and .safetensors; what is wrong is refused.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
compare=${COMPARE_TENSORS:?the program compare_tensors} arrays=$build/tests/compare_arrays
cd "$sources/tests/exchange" || exit 2

# changed SCRIPT: a map that sed's script changed.
changed() {
    sed "$1" map.txt >"$work/changed.txt"
    echo "$work/changed.txt"
}

check "compile" "$ascc" small.asc --real=double -o "$work/m"
m=$work/m
for end in safetensors npz; do
    check "$end: import" "$m" import torch.$end --axes pytorch --map map.txt -o "$work/w.$end.safetensors"
    check "$end: forward" "$m" forward --weights "$work/w.$end.safetensors" --input input.npy -o "$work/y.npy"
    check "$end: as PyTorch" "$arrays" "$work/y.npy" output.npy 250
    check "$end: export" "$m" export --weights "$work/w.$end.safetensors" --axes pytorch --map map.txt -o "$work/back.$end"
done
check "compressed: import" "$m" import compressed.npz --axes pytorch --map map.txt -o "$work/w.packed.safetensors"
check "compressed: the same weights" cmp "$work/w.packed.safetensors" "$work/w.npz.safetensors"
check "both are the same weights" cmp "$work/w.safetensors.safetensors" "$work/w.npz.safetensors"
check "what goes out is what came" "$compare" torch.safetensors "$work/back.safetensors" 0
grep -v num_batches map.txt >"$work/map.txt"
check "own .npz" "$m" import "$work/back.npz" --axes pytorch --map "$work/map.txt" -o "$work/again.safetensors"
check "is the same" cmp "$work/again.safetensors" "$work/w.npz.safetensors"
check "own names and order" "$m" export --weights "$work/again.safetensors" --axes keras -o "$work/own.npz"
check "and back" "$m" import "$work/own.npz" -o "$work/own.safetensors"
check "are the same" cmp "$work/own.safetensors" "$work/again.safetensors"

# PyTorch's LSTM: two matrices, two biases, another order of gates.
check "compile a recurrent network" "$ascc" lstm.asc --real=double -o "$work/r"
check "LSTM: import" "$work/r" import lstm.safetensors --axes pytorch --map lstm.txt -o "$work/lstm.safetensors"
check "LSTM: forward" "$work/r" forward --weights "$work/lstm.safetensors" --input lstm.input.npy -o "$work/y.npy"
check "LSTM: as PyTorch" "$arrays" "$work/y.npy" lstm.output.npy 250
check "LSTM: export" "$work/r" export --weights "$work/lstm.safetensors" --axes pytorch --map lstm.txt -o "$work/there.safetensors"
check "LSTM: its matrices are what came" "$compare" -p rnn.weight -o rnn.weight "$work/there.safetensors" lstm.safetensors 0
check "LSTM: and back" "$work/r" import "$work/there.safetensors" --axes pytorch --map lstm.txt -o "$work/back.safetensors"
check "LSTM: the same weights" cmp "$work/back.safetensors" "$work/lstm.safetensors"

refuse import 1 "norm.num_batches_tracked. is no weight of the model; a line" "$m" import torch.npz --axes pytorch --map "$work/map.txt" -o "$work/x"
refuse import 1 "has no array .a.conv.bias. for the weight" "$m" import torch.npz -o "$work/x"
refuse import 1 "conv.weight. is \[4, 2, 3, 3\], the weight .a.conv.weight. would be \[3, 3, 2, 4\]" \
    "$m" import torch.npz --map $(changed 's/channel in freq time//') -o "$work/x"
head -c 300 compressed.npz >"$work/torn" && tail -c +301 compressed.npz | sed 's/./x/20' >>"$work/torn" && mv "$work/torn" "$work/torn.npz"
refuse import 1 "torn.npz: .*: the archive is broken" "$m" import "$work/torn.npz" --axes pytorch --map map.txt -o "$work/x"
sed 's/PK\x01\x02\(......\)\x08/PK\x01\x02\1\x0c/' compressed.npz >"$work/bzip.npz"
refuse import 1 "bzip.npz: .*is compressed by method 12; expected none, or deflate" "$m" import "$work/bzip.npz" --axes pytorch --map map.txt -o "$work/x"
refuse import 1 ":2: .in\[0..3\]. is no axis of .a.conv.weight" "$m" import torch.npz --map $(changed '2s/in/in[0..3]/') -o "$work/x"
refuse import 1 ":2: .in\[1,1..3. is no axis of" "$m" import torch.npz --map $(changed '2s/in/in[1,1..3/') -o "$work/x"
refuse import 1 "the map names no array for 36 of 72 numbers of .a.conv.weight." \
    "$m" export --weights "$work/own.safetensors" --map $(changed '2s/in/in[1]/') -o "$work/x.npz"
refuse import 1 "has no weight .a.cnv.weight." "$m" import torch.npz --map $(changed 's/a.conv.w/a.cnv.w/') -o "$work/x"
refuse import 1 ":2: .chanel. is no axis of .a.conv.weight. \[freq = 3" "$m" import torch.npz --map $(changed '2s/channel/chanel/') -o "$work/x"
refuse import 1 "has 4 axes, 3 are named" "$m" import torch.npz --map $(changed '2s/channel//') -o "$work/x"
refuse import 2 "axes tensorflow: expected keras or pytorch" "$m" import torch.npz --axes tensorflow -o "$work/x"
refuse import 2 "expected a name that ends with .npz" "$m" export --weights "$work/own.safetensors" -o "$work/x.h5"
head -c 3000 torch.npz >"$work/cut.npz"
refuse import 1 "cut.npz: is not a .npz file" "$m" import "$work/cut.npz" -o "$work/x"
check "nothing is left of what was refused" test ! -e "$work/x"
summary
