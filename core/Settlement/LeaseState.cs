namespace MqttPay.Settlement;

/// <summary>Where a lease is in its life, as the cloud knows it. Numbers are stored and never move.</summary>
public enum LeaseState
{
    /// <summary>Granted; the edge's LEASE_ON has not arrived.</summary>
    Offered = 1,
    Active = 2,
    Stopped = 3,
    /// <summary>Empty: the edge closed it, the cloud holds every round up to that, and no hold is open.</summary>
    Closed = 4,
    /// <summary>The operator gave the payer the whole rest, out of edge_loss.</summary>
    Reclaimed = 5,
}
