"""ONNX Runtime: inference of the networks, as PyTorch exports them; `plain` only."""
import io
from peer import main
from with_pytorch import network_of


def make_sides(name, way, batch, threads):
    import onnxruntime
    import torch
    if way != 'plain':
        raise LookupError(f'{way} is not for ONNX Runtime')
    net, shape, _, _ = network_of(name)
    net.eval()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry('session.set_denormal_as_zero', '1')

    def inference_of(count):
        x = torch.randn(count, *shape)
        file = io.BytesIO()
        torch.onnx.export(net, (x,), file, input_names=['x'], dynamo=False)
        session = onnxruntime.InferenceSession(file.getvalue(), options, providers=['CPUExecutionProvider'])
        values = {'x': x.numpy()}
        return lambda: session.run(None, values)
    return f'ONNX Runtime {onnxruntime.__version__}', {'infer_ms': inference_of(batch), 'infer1_ms': inference_of(1)}


if __name__ == '__main__':
    main(make_sides)
