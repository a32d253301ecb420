"""TensorFlow with Keras: the CNNs with their mixtures of dense experts, and the plain LSTM; `plain` (tf.function) and `compiled` (XLA)."""
import os
from peer import main

FILTERS = {2: [32, 256], 3: [32, 128, 256], 4: [32, 64, 128, 256]}


def cnn(keras, name, experts=15, classes=10):
    """As networks.py has it: channels last; batch norm over frequency rows, which are axis 1."""
    layers = keras.layers
    x = image = keras.Input((128, 100, 1))
    filters = FILTERS[int(name[-4])]
    for stage, count in enumerate(filters):
        if stage:
            x = layers.MaxPooling2D(3)(x)
        for _ in range(2 if name.startswith('db') else 1):
            x = layers.ZeroPadding2D(1)(x)
            x = layers.BatchNormalization(axis=1)(x)
            x = layers.Conv2D(count, 3, padding='same', activation='relu')(x)
    z = layers.GlobalAveragePooling2D()(x)
    e = layers.Reshape((experts, 256))(layers.Dense(experts * 256, activation='relu')(z))
    g = layers.Dense(experts, activation='softmax')(z)
    y = layers.Dot(axes=1)([g, e])
    return keras.Model(image, layers.Dense(classes)(y))


def lstm(keras, classes=19):
    layers = keras.layers
    x = sequence = keras.Input((100, 64))
    x = layers.LSTM(128)(x)
    for _ in range(2):
        x = layers.Dense(128, activation='relu')(x)
    return keras.Model(sequence, layers.Dense(classes)(x))


def make_sides(name, way, batch, threads):
    os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
    import tensorflow as tf
    if way not in ('plain', 'compiled'):
        raise LookupError(f'{way} is not for TensorFlow')
    if name != 'lstm' and (name == 'ecnn' or not name.endswith('cnn')):
        raise LookupError(f'{name} is not written for TensorFlow')
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras = tf.keras
    net = lstm(keras) if name == 'lstm' else cnn(keras, name)
    optimizer = keras.optimizers.Adam(1e-3) if name == 'lstm' else keras.optimizers.SGD(0.01)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x = tf.random.normal((batch, *net.input_shape[1:]))
    y = tf.random.uniform((batch,), maxval=10, dtype=tf.int32)

    @tf.function(jit_compile=way == 'compiled')
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, net(x, training=True))
        gradients = tape.gradient(loss, net.trainable_variables)
        optimizer.apply_gradients(zip(gradients, net.trainable_variables))
        return loss

    @tf.function(jit_compile=way == 'compiled')
    def infer(x):
        return net(x, training=False)
    one = x[:1]
    return f'TensorFlow {tf.__version__}', {'train_step_ms': lambda: step(x, y).numpy(), 'infer_ms': lambda: infer(x).numpy(),
                                            'infer1_ms': lambda: infer(one).numpy()}


if __name__ == '__main__':
    main(make_sides)
