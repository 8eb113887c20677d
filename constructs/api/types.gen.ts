/** Generated from constructs/api/kinds by `npm run generate`; do not edit. */

/**
 * What tenants of this profile share.
 */
export interface GatewayProfileSpec {
  /**
   * Version and image of the gateway.
   */
  openclaw?: {
    /**
     * OpenClaw version of tenants that name none.
     */
    version?: string;
    /**
     * Image without tag; the version becomes the tag.
     */
    repository?: string;
    /**
     * Digest that pins the image of `version`.
     */
    digest?: string;
  };
  /**
   * Images beside the gateway’s, and which ones a tenant may run.
   */
  images?: {
    /**
     * Image of the OPA sidecar.
     */
    opa?: string;
    /**
     * When images are pulled.
     */
    pullPolicy?: 'IfNotPresent' | 'Always' | 'Never';
    /**
     * Prefixes that a tenant’s own image must start with. Default: the profile’s repository only.
     *
     * Items: Prefix up to and including a `/`, `:` or `@`, so that it cannot match a longer name.
     */
    allowed?: string[];
  };
  /**
   * Values of tenants that set none.
   */
  defaults?: {
    /**
     * Fragment of `openclaw.json` under the tenant’s.
     */
    config?: {
      [k: string]: unknown;
    };
    /**
     * Literal environment variables; a tenant’s value of the same name wins.
     */
    env?: {
      /**
       * Value, as it is.
       */
      [k: string]: string;
    };
    /**
     * CPU and memory of the gateway.
     */
    resources?: {
      /**
       * CPU request.
       */
      cpu?: string;
      /**
       * Memory request.
       */
      memory?: string;
      /**
       * Memory limit; below 1Gi OpenClaw does not start.
       */
      memoryLimit?: string;
    };
    /**
     * The volume.
     */
    storage?: {
      /**
       * Size.
       */
      size?: string;
      /**
       * StorageClass. Default: the cluster’s default class.
       */
      className?: string;
    };
    /**
     * Where the pods run.
     */
    scheduling?: {
      /**
       * RuntimeClass, for example gVisor or Kata.
       */
      runtimeClassName?: string;
      /**
       * Labels that a node must have.
       */
      nodeSelector?: {
        /**
         * Label value.
         */
        [k: string]: string;
      };
      /**
       * Taints that the pods tolerate.
       *
       * Items: One toleration (core/v1 Toleration).
       */
      tolerations?: {
        /**
         * Taint key. Default: every key, with operator Exists.
         */
        key?: string;
        /**
         * How key and value are compared.
         */
        operator?: 'Exists' | 'Equal';
        /**
         * Taint value, for Equal.
         */
        value?: string;
        /**
         * Effect to tolerate. Default: every effect.
         */
        effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
        /**
         * Seconds a NoExecute taint is tolerated. Default: for ever.
         */
        tolerationSeconds?: number;
      }[];
      /**
       * PriorityClass.
       */
      priorityClassName?: string;
      /**
       * Secrets with registry credentials, in the tenant’s namespace.
       *
       * Items: Name of the Secret.
       */
      imagePullSecrets?: string[];
    };
    /**
     * Destinations that every tenant may reach.
     *
     * Items: One destination; exactly one of cidr and to.
     */
    egress?: {
      /**
       * Block of addresses.
       */
      cidr?: string;
      /**
       * Pods of a namespace in the cluster.
       */
      to?: {
        /**
         * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
         */
        namespace: string;
        /**
         * Labels that the pods must have. Default: every pod of the namespace.
         */
        podLabels?: {
          /**
           * Label value.
           */
          [k: string]: string;
        };
      };
      /**
       * Ports that may be reached.
       *
       * Items: One port.
       */
      ports: {
        /**
         * Port number.
         */
        port: number;
        /**
         * Transport protocol.
         */
        protocol?: 'TCP' | 'UDP';
      }[];
    }[];
    /**
     * Credentials of every tenant; a tenant’s own of the same name wins. Each names a Secret that must be in every tenant’s namespace, put there for example by External Secrets.
     *
     * Items: One credential; exactly one of provider, channel and env says what it is for.
     */
    credentials?: {
      /**
       * Name of the credential inside this tenant.
       */
      name: string;
      /**
       * Model provider that the key is for, for example `anthropic` or `openai`.
       */
      provider?: string;
      /**
       * Channel that the token is for.
       */
      channel?: 'telegram' | 'discord' | 'slack' | 'matrix' | 'googlechat' | 'mattermost' | 'msteams';
      /**
       * Environment variable that carries the value, for tools.
       */
      env?: string;
      /**
       * Where the value is.
       */
      secretRef: {
        /**
         * Name of the Secret in the tenant's namespace.
         */
        name: string;
        /**
         * Key inside the Secret.
         */
        key: string;
      };
      /**
       * Any text; change it to roll the pods after the Secret’s content changed.
       */
      version?: string;
    }[];
    /**
     * Plugins of every tenant; a tenant’s own entry of the same name wins.
     *
     * Items: One plugin.
     */
    plugins?: {
      /**
       * Name of the npm package.
       */
      name: string;
      /**
       * Exact version; ranges are refused so that every pod of a revision runs the same code.
       */
      version: string;
    }[];
    /**
     * Skills of every tenant; a tenant’s own entry of the same name wins.
     *
     * Items: One skill.
     */
    skills?: {
      /**
       * Name of the npm package.
       */
      name: string;
      /**
       * Exact version; ranges are refused so that every pod of a revision runs the same code.
       */
      version: string;
    }[];
    /**
     * MCP servers of every tenant; a tenant’s own entry of the same name wins.
     *
     * Items: One MCP server.
     */
    mcpServers?: {
      /**
       * Name under which tools of this server appear.
       */
      name: string;
      /**
       * Address of a remote server. Name its address under spec.egress too when it is not public HTTPS.
       */
      url: string;
      /**
       * Protocol of the remote server.
       */
      transport?: 'streamable-http' | 'sse';
    }[];
    /**
     * Seed files of every tenant; a tenant’s own file at the same path wins.
     *
     * Items: One seed file.
     */
    workspace?: {
      /**
       * Path below the workspace, with forward slashes, without `..`.
       */
      path: string;
      /**
       * Text of the file, at most 64 KiB.
       */
      content: string;
    }[];
  };
  /**
   * What tenants cannot override.
   */
  fixed?: {
    /**
     * Fragment of `openclaw.json` over the tenant’s.
     */
    config?: {
      [k: string]: unknown;
    };
    /**
     * Tenant fields that are refused, so that only the profile says which code runs where.
     *
     * Items: A field of TenantGateway.spec.
     */
    fields?: (
      | 'openclaw.image'
      | 'openclaw.version'
      | 'openclaw.config'
      | 'openclaw.env'
      | 'openclaw.plugins'
      | 'openclaw.skills'
      | 'openclaw.mcpServers'
      | 'openclaw.workspace'
      | 'credentials'
      | 'egress'
      | 'access.from'
      | 'access.ingress'
      | 'access.httpRoute'
      | 'access.trustedProxy'
      | 'resources'
      | 'storage.size'
      | 'storage.className'
      | 'scheduling'
      | 'scheduling.runtimeClassName'
      | 'scheduling.nodeSelector'
      | 'scheduling.tolerations'
      | 'scheduling.priorityClassName'
    )[];
  };
  /**
   * Ceilings for each tenant.
   */
  limits?: {
    /**
     * Largest CPU request.
     */
    cpu?: string;
    /**
     * Largest memory limit.
     */
    memory?: string;
    /**
     * Largest volume.
     */
    storage?: string;
    /**
     * Most replicas.
     */
    replicas?: number;
  };
  /**
   * Network of the cells.
   */
  network?: {
    /**
     * Where DNS is.
     */
    dns?: {
      /**
       * DNS pods.
       */
      pods?: {
        /**
         * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
         */
        namespace: string;
        /**
         * Labels that the pods must have. Default: every pod of the namespace.
         */
        podLabels?: {
          /**
           * Label value.
           */
          [k: string]: string;
        };
      };
      /**
       * DNS addresses that are not pods, such as NodeLocal DNSCache.
       *
       * Items: Block of addresses.
       */
      cidrs?: string[];
      /**
       * Port that the DNS pods listen on, which is what a NetworkPolicy sees, and not that of their Service: 5353 on OpenShift. The addresses in `cidrs` answer on 53.
       */
      port?: number;
    };
    /**
     * Allow TCP 443 to public addresses; model providers need it.
     */
    publicHttps?: boolean;
    /**
     * Blocks that are closed beside those that are never public: private, shared, link-local, metadata and multicast ranges, and those that carry IPv4 addresses in IPv6. Name the public addresses of the API server and of the nodes here.
     *
     * Items: Block of addresses.
     */
    denyCIDRs?: string[];
    /**
     * Blocks that a tenant’s own egress must lie in. A range that is closed is open only when a block here names it or a part of it; 0.0.0.0/0 opens public addresses alone. Default: public addresses.
     *
     * Items: Block of addresses.
     */
    egressCeiling?: string[];
    /**
     * Namespaces whose pods a tenant may name under egress.to.
     *
     * Items: Namespace.
     */
    egressNamespaces?: string[];
  };
  /**
   * How cells are reached.
   */
  access?: {
    /**
     * Host name of a tenant; `{tenant}` and `{organization}` are replaced.
     */
    hostTemplate?: string;
    /**
     * Pods that may connect to every gateway.
     *
     * Items: A caller.
     */
    from?: {
      /**
       * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
       */
      namespace: string;
      /**
       * Labels that the pods must have. Default: every pod of the namespace.
       */
      podLabels?: {
        /**
         * Label value.
         */
        [k: string]: string;
      };
    }[];
    /**
     * IngressClass of tenants that name none.
     */
    ingressClassName?: string;
    /**
     * Annotations that a tenant may set on its Ingress, by their whole key. Most ingress controllers take orders in annotations that reach other hosts than the tenant’s, so the default is none. One that carries configuration as text (`…-snippet`) must also stand in `platform.admission.extensionKeys` of the fleet.
     *
     * Items: Key of an annotation.
     */
    ingressAnnotations?: string[];
  };
  /**
   * What is rendered for monitoring.
   */
  monitoring?: {
    /**
     * Render a PodMonitor for each cell; needs the Prometheus operator’s kinds.
     */
    podMonitor?: boolean;
    /**
     * Pods that scrape the metrics.
     */
    from?: {
      /**
       * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
       */
      namespace: string;
      /**
       * Labels that the pods must have. Default: every pod of the namespace.
       */
      podLabels?: {
        /**
         * Label value.
         */
        [k: string]: string;
      };
    };
  };
  /**
   * How the pods are confined beside what holds for all of them.
   */
  pod?: {
    /**
     * Whether users in the pod are users of the node. false gives each pod a user namespace of its own (Kubernetes 1.33 or later, Linux 6.3, containerd 2.0 or CRI-O 1.25, volumes that allow id-mapped mounts): what breaks out of the container is nobody on the node. A node that cannot do it starts no pod.
     */
    hostUsers?: boolean;
  };
  /**
   * How the OPA of each cell is run.
   */
  policy?: {
    /**
     * What the decision log shows. Texts above 256 characters are cut in any case.
     */
    decisionLog?: {
      /**
       * Last words of the keys of parameters whose values are masked at any depth: `api_key` masks apiKey, api-key and GITHUB_API_KEY.
       *
       * Items: Words in lower case, joined by `_`.
       */
      maskKeys?: string[];
      /**
       * Show people under a keyed hash that stays the same as long as the tenant’s volume, instead of their id. Replay then cannot judge rules on senders.
       */
      hashSenders?: boolean;
    };
  };
  /**
   * How a change of many tenants goes through the fleet.
   */
  rollout?: {
    /**
     * Tenants that may be in change at once, in percent.
     */
    maxUnavailable?: number;
    /**
     * Labels of the tenants that go first.
     */
    canary?: {
      /**
       * Label value.
       */
      [k: string]: string;
    };
    /**
     * How long the canary must stay ready.
     */
    soak?: string;
    /**
     * After which time a tenant counts as failed.
     */
    progressDeadline?: string;
    /**
     * What happens then.
     */
    onFailure?: 'Pause' | 'Rollback';
  };
}

/**
 * What is, as the runner saw it.
 */
export interface GatewayProfileStatus {
  /**
   * Generation of the spec that this status speaks of; -1 before the runner saw it.
   */
  observedGeneration?: number;
  /**
   * Ready: the profile is well-formed and used as it is.
   *
   * Items: One condition (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#condition-v1-meta).
   */
  conditions?: {
    /**
     * Name of the condition.
     */
    type: string;
    /**
     * Whether it holds.
     */
    status: 'True' | 'False' | 'Unknown';
    /**
     * One word for programs.
     */
    reason: string;
    /**
     * One sentence for people.
     */
    message: string;
    /**
     * When status last changed.
     */
    lastTransitionTime: string;
    /**
     * Generation that was judged.
     */
    observedGeneration?: number;
  }[];
  /**
   * Tenants that name this profile.
   */
  tenants?: number;
}

/**
 * Rules and where they hold.
 */
export interface PolicyBundleSpec {
  /**
   * Where the rules hold: everywhere (empty), in one organization, or in one team of it.
   */
  scope?: {
    /**
     * Organization.
     */
    organization?: string;
    /**
     * Team of that organization.
     */
    team?: string;
  };
  /**
   * Structured rules.
   */
  rules?: {
    /**
     * Tools by name, for example `read`, `web_fetch` or `message`.
     */
    tools?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Models as `provider/model`, for example `anthropic/*`.
     */
    models?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Channels by id, for example `telegram`.
     */
    channels?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * People who write, as `channel:id`, for example `telegram:1002`.
     */
    senders?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Where messages go, as `channel:id`.
     */
    targets?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Other agents that may be addressed, by id.
     */
    agents?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Addresses that cells reach; pods of the cluster are the profile’s matter.
     */
    egress?: {
      /**
       * Blocks in which every destination must lie: spec.egress is refused outside of them, public HTTPS is cut down to them.
       *
       * Items: Block of addresses.
       */
      allow?: string[];
      /**
       * Blocks that nothing reaches: spec.egress is refused when it touches them, public HTTPS excludes them.
       *
       * Items: Block of addresses.
       */
      deny?: string[];
    };
  };
  /**
   * Free Rego (v1) that may add to the sets `deny` and `require_approval`, without a package line: Cellwright gives each bundle its own.
   */
  rego?: string;
  /**
   * Enforce, or Audit: the rules decide nothing and are logged as what they would have decided.
   */
  enforcement?: 'Enforce' | 'Audit';
  /**
   * Exceptions to a deny of this bundle, for one tenant, until a date.
   *
   * Items: One exception.
   */
  grants?: {
    /**
     * Tenant that is excepted.
     */
    tenant: string;
    /**
     * Tool, as written in the deny rule or narrower.
     */
    tool: string;
    /**
     * When the exception ends (RFC 3339).
     */
    until: string;
    /**
     * Why, for the audit.
     */
    reason: string;
  }[];
}

/**
 * What is, as the runner saw it.
 */
export interface PolicyBundleStatus {
  /**
   * Generation of the spec that this status speaks of; -1 before the runner saw it.
   */
  observedGeneration?: number;
  /**
   * Ready: the rules are well-formed and in force.
   *
   * Items: One condition (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#condition-v1-meta).
   */
  conditions?: {
    /**
     * Name of the condition.
     */
    type: string;
    /**
     * Whether it holds.
     */
    status: 'True' | 'False' | 'Unknown';
    /**
     * One word for programs.
     */
    reason: string;
    /**
     * One sentence for people.
     */
    message: string;
    /**
     * When status last changed.
     */
    lastTransitionTime: string;
    /**
     * Generation that was judged.
     */
    observedGeneration?: number;
  }[];
  /**
   * Tenants that the bundle applies to.
   */
  tenants?: number;
}

/**
 * What the tenant should be.
 */
export interface TenantGatewaySpec {
  /**
   * Organization that owns the tenant; policy bundles of that organization apply.
   */
  organization?: string;
  /**
   * Team inside the organization; may change.
   */
  team?: string;
  /**
   * GatewayProfile with defaults, ceilings and versions.
   */
  profile?: string;
  /**
   * Who applies the tenant’s objects: the runner (Managed) or Git (Rendered).
   */
  delivery?: 'Managed' | 'Rendered';
  /**
   * Running, or Stopped: no pods, data kept.
   */
  state?: 'Running' | 'Stopped';
  /**
   * What runs inside the gateway.
   */
  openclaw?: {
    /**
     * OpenClaw version to run. Default: the profile's `openclaw.version`.
     */
    version?: string;
    /**
     * Gateway image, with a tag or (better) a digest. Default: the profile's repository with the version as tag.
     */
    image?: string;
    /**
     * Fragment of `openclaw.json`, merged over the profile’s defaults and under what Cellwright owns (gateway, plugins.entries of the guard, …). Checked against the configuration schema of the OpenClaw version.
     */
    config?: {
      [k: string]: unknown;
    };
    /**
     * Literal environment variables of the gateway. Secrets belong under spec.credentials.
     */
    env?: {
      /**
       * Value, as it is.
       */
      [k: string]: string;
    };
    /**
     * OpenClaw plugins installed at start, in exact versions.
     *
     * Items: One plugin.
     */
    plugins?: {
      /**
       * Name of the npm package.
       */
      name: string;
      /**
       * Exact version; ranges are refused so that every pod of a revision runs the same code.
       */
      version: string;
    }[];
    /**
     * Skills installed at start, in exact versions.
     *
     * Items: One skill.
     */
    skills?: {
      /**
       * Name of the npm package.
       */
      name: string;
      /**
       * Exact version; ranges are refused so that every pod of a revision runs the same code.
       */
      version: string;
    }[];
    /**
     * MCP servers that the gateway may call, written to `mcp.servers` of its configuration.
     *
     * Items: One MCP server.
     */
    mcpServers?: {
      /**
       * Name under which tools of this server appear.
       */
      name: string;
      /**
       * Address of a remote server. Name its address under spec.egress too when it is not public HTTPS.
       */
      url: string;
      /**
       * Protocol of the remote server.
       */
      transport?: 'streamable-http' | 'sse';
    }[];
    /**
     * Files put into the workspace of the default agent when they are not there yet (for example `SOUL.md`); later edits by the agent stay.
     *
     * Items: One seed file.
     */
    workspace?: {
      /**
       * Path below the workspace, with forward slashes, without `..`.
       */
      path: string;
      /**
       * Text of the file, at most 64 KiB.
       */
      content: string;
    }[];
  };
  /**
   * Keys of model providers, channels and tools, by reference to Secrets in the tenant’s namespace. Each becomes one environment variable of the gateway and the configuration that needs it. No Secret value is ever read by Cellwright.
   *
   * Items: One credential; exactly one of provider, channel and env says what it is for.
   */
  credentials?: {
    /**
     * Name of the credential inside this tenant.
     */
    name: string;
    /**
     * Model provider that the key is for, for example `anthropic` or `openai`.
     */
    provider?: string;
    /**
     * Channel that the token is for.
     */
    channel?: 'telegram' | 'discord' | 'slack' | 'matrix' | 'googlechat' | 'mattermost' | 'msteams';
    /**
     * Environment variable that carries the value, for tools.
     */
    env?: string;
    /**
     * Where the value is.
     */
    secretRef: {
      /**
       * Name of the Secret in the tenant's namespace.
       */
      name: string;
      /**
       * Key inside the Secret.
       */
      key: string;
    };
    /**
     * Any text; change it to roll the pods after the Secret’s content changed.
     */
    version?: string;
  }[];
  /**
   * Whether the cell reaches public addresses on TCP 443. false narrows what the profile allows; true adds nothing.
   */
  publicHttps?: boolean;
  /**
   * What the cell may reach beside DNS and public HTTPS.
   *
   * Items: One destination; exactly one of cidr and to.
   */
  egress?: {
    /**
     * Block of addresses.
     */
    cidr?: string;
    /**
     * Pods of a namespace in the cluster.
     */
    to?: {
      /**
       * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
       */
      namespace: string;
      /**
       * Labels that the pods must have. Default: every pod of the namespace.
       */
      podLabels?: {
        /**
         * Label value.
         */
        [k: string]: string;
      };
    };
    /**
     * Ports that may be reached.
     *
     * Items: One port.
     */
    ports: {
      /**
       * Port number.
       */
      port: number;
      /**
       * Transport protocol.
       */
      protocol?: 'TCP' | 'UDP';
    }[];
  }[];
  /**
   * Who reaches the gateway, and how.
   */
  access?: {
    /**
     * Token that callers present. Default: for Managed tenants the runner makes a Secret once; Rendered tenants must name one.
     */
    tokenSecretRef?: {
      /**
       * Name of the Secret in the tenant's namespace.
       */
      name: string;
      /**
       * Key inside the Secret.
       */
      key: string;
    };
    /**
     * Pods that may connect to the gateway port. Those of the profile’s `access.from` may besides.
     *
     * Items: A caller.
     */
    from?: {
      /**
       * Namespace of the peer, matched by the label `kubernetes.io/metadata.name`.
       */
      namespace: string;
      /**
       * Labels that the pods must have. Default: every pod of the namespace.
       */
      podLabels?: {
        /**
         * Label value.
         */
        [k: string]: string;
      };
    }[];
    /**
     * An Ingress for the gateway.
     */
    ingress?: {
      /**
       * Host name. Default: from the profile’s `access.hostTemplate`.
       */
      host?: string;
      /**
       * IngressClass. Default: the cluster’s default class.
       */
      className?: string;
      /**
       * TLS Secret in the tenant’s namespace. Default: the controller’s own certificate.
       */
      tlsSecretName?: string;
      /**
       * Annotations for the controller that serves it.
       */
      annotations?: {
        /**
         * Annotation value.
         */
        [k: string]: string;
      };
    };
    /**
     * A Gateway API HTTPRoute for the gateway.
     */
    httpRoute?: {
      /**
       * Host name. Default: from the profile’s `access.hostTemplate`.
       */
      host?: string;
      /**
       * The Gateway that the route attaches to.
       */
      gateway: {
        /**
         * Name of the Gateway.
         */
        name: string;
        /**
         * Namespace of the Gateway.
         */
        namespace: string;
        /**
         * Listener of the Gateway. Default: all that allow it.
         */
        sectionName?: string;
      };
    };
    /**
     * Login by a proxy in front of the gateway, which names the person in a header.
     */
    trustedProxy?: {
      /**
       * Header that carries the person.
       */
      userHeader?: string;
      /**
       * Addresses of the proxies that are believed.
       *
       * Items: Block of addresses.
       */
      proxies: string[];
    };
    /**
     * Serve OpenClaw’s browser interface on the gateway port.
     */
    controlUi?: boolean;
  };
  /**
   * CPU and memory of the gateway. Default: the profile’s `defaults.resources`.
   */
  resources?: {
    /**
     * CPU that is set aside for the gateway. There is never a CPU limit: it would throttle the start.
     */
    cpu?: string;
    /**
     * Memory that is set aside for the gateway (about 1 GiB is used when idle).
     */
    memory?: string;
    /**
     * Memory at which the gateway is stopped; below 1Gi it does not start.
     */
    memoryLimit?: string;
  };
  /**
   * Gateway pods. Each replica has its own volume and memory; more than one needs `separateMemories: true`.
   */
  replicas?: number;
  /**
   * Accept that each replica has a memory of its own.
   */
  separateMemories?: boolean;
  /**
   * The volume that keeps the gateway’s state and workspace.
   */
  storage?: {
    /**
     * Size of the volume; it may only grow. Default: the profile’s `defaults.storage.size`.
     */
    size?: string;
    /**
     * StorageClass. Default: the profile’s, else the cluster’s default class.
     */
    className?: string;
  };
  /**
   * Where the pods run.
   */
  scheduling?: {
    /**
     * RuntimeClass, for example gVisor or Kata.
     */
    runtimeClassName?: string;
    /**
     * Labels that a node must have.
     */
    nodeSelector?: {
      /**
       * Label value.
       */
      [k: string]: string;
    };
    /**
     * Taints that the pods tolerate.
     *
     * Items: One toleration (core/v1 Toleration).
     */
    tolerations?: {
      /**
       * Taint key. Default: every key, with operator Exists.
       */
      key?: string;
      /**
       * How key and value are compared.
       */
      operator?: 'Exists' | 'Equal';
      /**
       * Taint value, for Equal.
       */
      value?: string;
      /**
       * Effect to tolerate. Default: every effect.
       */
      effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
      /**
       * Seconds a NoExecute taint is tolerated. Default: for ever.
       */
      tolerationSeconds?: number;
    }[];
    /**
     * PriorityClass.
     */
    priorityClassName?: string;
    /**
     * Secrets with registry credentials, in the tenant’s namespace.
     *
     * Items: Name of the Secret.
     */
    imagePullSecrets?: string[];
  };
  /**
   * Rules of the tenant’s own level; they can only narrow what the levels above allow.
   */
  policy?: {
    /**
     * Tools by name, for example `read`, `web_fetch` or `message`.
     */
    tools?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Models as `provider/model`, for example `anthropic/*`.
     */
    models?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Channels by id, for example `telegram`.
     */
    channels?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * People who write, as `channel:id`, for example `telegram:1002`.
     */
    senders?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Where messages go, as `channel:id`.
     */
    targets?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Other agents that may be addressed, by id.
     */
    agents?: {
      /**
       * What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      allow?: string[];
      /**
       * What this level denies, whatever others allow.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      deny?: string[];
      /**
       * What a person must approve each time.
       *
       * Items: A name, or a pattern in which `*` stands for any text.
       */
      requireApproval?: string[];
    };
    /**
     * Addresses that cells reach; pods of the cluster are the profile’s matter.
     */
    egress?: {
      /**
       * Blocks in which every destination must lie: spec.egress is refused outside of them, public HTTPS is cut down to them.
       *
       * Items: Block of addresses.
       */
      allow?: string[];
      /**
       * Blocks that nothing reaches: spec.egress is refused when it touches them, public HTTPS excludes them.
       *
       * Items: Block of addresses.
       */
      deny?: string[];
    };
  };
  /**
   * What happens to the data when the TenantGateway is deleted: Retain keeps namespace and volume.
   */
  deletionPolicy?: 'Retain' | 'Delete';
}

/**
 * What is, as the runner saw it.
 */
export interface TenantGatewayStatus {
  /**
   * Generation of the spec that this status speaks of; -1 before the runner saw it.
   */
  observedGeneration?: number;
  /**
   * Ready, Available, Reconciling, Stalled, PolicySynced and Degraded.
   *
   * Items: One condition (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#condition-v1-meta).
   */
  conditions?: {
    /**
     * Name of the condition.
     */
    type: string;
    /**
     * Whether it holds.
     */
    status: 'True' | 'False' | 'Unknown';
    /**
     * One word for programs.
     */
    reason: string;
    /**
     * One sentence for people.
     */
    message: string;
    /**
     * When status last changed.
     */
    lastTransitionTime: string;
    /**
     * Generation that was judged.
     */
    observedGeneration?: number;
  }[];
  /**
   * Revisions of what was rendered.
   */
  revision?: {
    /**
     * Hash of what the spec asks for.
     */
    desired?: string;
    /**
     * Hash of what the API server has accepted as a whole.
     */
    applied?: string;
    /**
     * Hash that was last Ready.
     */
    lastGood?: string;
  };
  /**
   * OpenClaw version that is rendered.
   */
  version?: string;
  /**
   * Revision of the policy that is rendered.
   */
  policyRevision?: string;
  /**
   * Version of the code that rendered it.
   */
  renderVersion?: string;
  /**
   * Ready gateway pods.
   */
  replicas?: number;
  /**
   * Where the gateway answers inside the cluster or by its host.
   */
  url?: string;
  /**
   * Secret that holds the gateway token.
   */
  tokenSecretName?: string;
  /**
   * Why a token Secret that the runner made was replaced by another one.
   */
  tokenRotation?: {
    /**
     * Value of the annotation `cellwright.dev/rotate-token` that was last answered.
     */
    answered?: string;
    /**
     * When a token Secret was last found missing.
     */
    lostAt?: string;
  };
  /**
   * Namespace of the cell.
   */
  namespace?: string;
  /**
   * Applied records, opaque; only the runner writes them.
   */
  applied?: string;
}
