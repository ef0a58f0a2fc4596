Console.Error.WriteLine("MqttPay.Broker: no verbs yet.");
return 2;
