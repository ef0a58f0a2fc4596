namespace MqttPay.Payments;

/// <summary>The name that a device gives its request. A name is decided once.</summary>
/// <param name="Kid">The device's key.</param>
/// <param name="Epoch">Given by the cloud only, from 1; raised when a device lost its counter or is reinstated.</param>
/// <param name="Sequence">From 1 to 2^63-1, strictly rising, persisted by the device before it publishes.</param>
public readonly record struct RequestName(KeyId Kid, uint Epoch, long Sequence)
{
    public override string ToString() => $"{Kid}/{Epoch}/{Sequence}";
}
