using System.Net;

namespace MqttPay.Broker.Host;

/// <summary>Who may come in: caps on connections, in all and per address, and the rate of CONNECT packets.</summary>
internal sealed class Admission(BrokerOptions options, TimeProvider clock)
{
    private const int UsersMax = 8_192;

    private readonly Lock gate = new();
    private readonly long startedAt = clock.GetTimestamp();
    private readonly Dictionary<IPAddress, Share> shares = [];
    private readonly Dictionary<string, TokenBucket> users = new(StringComparer.Ordinal);
    private readonly TokenBucket connects = new(options.ConnectsPerSecond, options.ConnectsBurst, 0);
    private int all;
    private int unauthenticated;

    /// <summary>False: the connection is closed as it was accepted, without a byte read or sent.</summary>
    public bool TryEnter(IPAddress address)
    {
        lock (gate)
        {
            var share = shares.GetValueOrDefault(address);
            if (all >= options.ConnectionsMax || share.All >= options.ConnectionsPerAddressMax) return false;
            if (unauthenticated >= options.UnauthenticatedMax) return false;
            if (share.Unauthenticated >= options.UnauthenticatedPerAddressMax) return false;
            all++;
            unauthenticated++;
            shares[address] = new(share.All + 1, share.Unauthenticated + 1);
            return true;
        }
    }

    public void Authenticated(IPAddress address)
    {
        lock (gate)
        {
            unauthenticated--;
            var share = shares[address];
            shares[address] = share with { Unauthenticated = share.Unauthenticated - 1 };
        }
    }

    public void Leave(IPAddress address, bool wasAuthenticated)
    {
        if (!wasAuthenticated) Authenticated(address);
        lock (gate)
        {
            all--;
            var share = shares[address];
            if (share.All == 1) shares.Remove(address);
            else shares[address] = share with { All = share.All - 1 };
        }
    }

    /// <summary>Asked before a password is looked at.</summary>
    public bool TryConnect()
    {
        if (options.Anonymous) return true;
        lock (gate) return connects.TryTake(Now());
    }

    /// <summary>Asked after it: only who knows a password can use up its user's share.</summary>
    public bool TryConnect(string user)
    {
        if (options.Anonymous) return true;
        lock (gate)
        {
            var now = Now();
            if (!users.TryGetValue(user, out var bucket))
            {
                if (users.Count >= UsersMax) Forget(now);
                users[user] = bucket = new(options.ConnectsPerSecondOfUser, options.ConnectsBurstOfUser, now);
            }

            return bucket.TryTake(now);
        }
    }

    /// <summary>A full bucket says nothing that a new one would not.</summary>
    private void Forget(long now)
    {
        foreach (var (user, bucket) in users.ToArray())
        {
            bucket.Fill(now);
            if (bucket.Full) users.Remove(user);
        }

        if (users.Count >= UsersMax) users.Clear();
    }

    private long Now() => (long)clock.GetElapsedTime(startedAt).TotalMilliseconds;

    private readonly record struct Share(int All, int Unauthenticated);
}
