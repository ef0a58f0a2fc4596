using MqttPay.Host.Signatures;
using MqttPay.Payments;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Device keys ready to verify: making one costs three times a check. Whoever rents a key has it alone, since nothing
/// promises that a key object is thread-safe. Two generations bound it: the older one is dropped when the younger is
/// full.
/// </summary>
internal sealed class KeyPool(int capacity) : IDisposable
{
    // Guards the two dictionaries; nothing is done under it but a look-up.
    private readonly Lock both = new();
    private Dictionary<KeyId, VerifyingKey> young = [];
    private Dictionary<KeyId, VerifyingKey> old = [];

    public VerifyingKey? Rent(Wire.PublicKey key)
    {
        lock (both)
            if (young.Remove(key.Id, out var found) || old.Remove(key.Id, out found)) return found;
        return VerifyingKey.TryCreate(key);
    }

    public void Return(KeyId kid, VerifyingKey key)
    {
        Dictionary<KeyId, VerifyingKey> dropped = [];
        lock (both)
        {
            if (!young.TryAdd(kid, key)) dropped.Add(kid, key);
            else if (young.Count > capacity / 2) (dropped, old, young) = (old, young, []);
        }

        foreach (var each in dropped.Values) each.Dispose();
    }

    public void Dispose()
    {
        foreach (var key in young.Values.Concat(old.Values)) key.Dispose();
    }
}
