namespace MqttPay.Broker.Machine;

/// <summary>Connections that have something new to send. One lock: outcomes may come from several threads.</summary>
internal sealed class TouchList
{
    private readonly Lock gate = new();
    private List<Outlet> outlets = [];
    private List<Outlet> spare = [];

    public void Add(Outlet outlet)
    {
        lock (gate)
        {
            // Replies of one round come in runs per connection, so the last one is worth a look; flushing twice is
            // harmless.
            if (outlets.Count > 0 && ReferenceEquals(outlets[^1], outlet)) return;
            outlets.Add(outlet);
        }
    }

    public void Flush()
    {
        List<Outlet> ready;
        lock (gate)
        {
            if (outlets.Count == 0) return;
            ready = outlets;
            outlets = spare;
            spare = [];
        }

        foreach (var outlet in ready) outlet.Flush();
        ready.Clear();
        lock (gate) spare = ready;
    }
}
