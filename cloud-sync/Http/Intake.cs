namespace MqttPay.CloudSync.Http;

/// <summary>
/// Bounds the batches in flight, and with them their memory: beyond it a gateway is told to come back.
/// </summary>
internal sealed class Intake : IDisposable
{
    private const int PlacesMax = 32;

    private readonly SemaphoreSlim places = new(PlacesMax);

    /// <summary>A place to be given back, or null at once when all are taken.</summary>
    public IDisposable? TryEnter() => places.Wait(0) ? new Place(places) : null;

    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
