"""Writes tensors in the safetensors format."""
import json, struct
import numpy as np


def write_safetensors(path, tensors):
    header, data = {}, b''
    for name, a in tensors.items():
        a = np.asarray(a)
        a = a.astype('<i8' if a.dtype == np.int64 else '<f8')
        header[name] = {'dtype': 'I64' if a.dtype == np.int64 else 'F64', 'shape': list(a.shape), 'data_offsets': [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)
